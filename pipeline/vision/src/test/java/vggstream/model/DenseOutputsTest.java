package vggstream.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DenseOutputsTest {
  private static final ModelCard CARD = TinyNet.card();

  @Test
  void shapesFollowTheCard() {
    DenseOutputs outputs =
        DenseOutputs.allocate(
            CARD, 3, 12, 17, EnumSet.of(Output.SCORES, Output.SCORE_MAP, Output.FEATURES));
    assertArrayEquals(new long[] {3, 5}, outputs.shape(Output.SCORES));
    assertArrayEquals(new long[] {3, 5, 2, 3}, outputs.shape(Output.SCORE_MAP));
    assertArrayEquals(new long[] {3, 6}, outputs.shape(Output.FEATURES));
    assertEquals(90, outputs.get(Output.SCORE_MAP).capacity());
    assertTrue(outputs.get(Output.SCORE_MAP).isDirect());
  }

  @Test
  void boxMapHasFourChannelsOrFourAClass() {
    ModelCard scr = TinyNet.card(ModelCard.Task.LOCALISE_SCR, 5, 6, 8, 4);
    ModelCard pcr = TinyNet.card(ModelCard.Task.LOCALISE_PCR, 5, 6, 8, 4);
    assertArrayEquals(new long[] {1, 4, 1, 1}, DenseOutputs.shape(scr, Output.BOX_MAP, 1, 8, 8));
    assertArrayEquals(new long[] {1, 20, 1, 1}, DenseOutputs.shape(pcr, Output.BOX_MAP, 1, 8, 8));
    assertThrows(
        IllegalArgumentException.class, () -> DenseOutputs.shape(scr, Output.SCORES, 1, 8, 8));
    assertThrows(
        IllegalArgumentException.class, () -> DenseOutputs.shape(CARD, Output.BOX_MAP, 1, 8, 8));
  }

  @Test
  void firstIsAViewOfTheFirstImages() {
    DenseOutputs outputs = DenseOutputs.allocate(CARD, 4, 8, 8, EnumSet.of(Output.SCORES));
    DenseOutputs first = outputs.first(3);
    assertEquals(3, first.count());
    assertArrayEquals(new long[] {3, 5}, first.shape(Output.SCORES));
    first.get(Output.SCORES).put(14, 1.5f);
    assertEquals(1.5f, outputs.get(Output.SCORES).get(14));
    assertEquals(15, first.get(Output.SCORES).capacity());
    assertThrows(IllegalArgumentException.class, () -> outputs.first(5));
    assertThrows(IllegalArgumentException.class, () -> outputs.first(0));
  }

  @Test
  void whatWasNotAskedForIsNotThere() {
    DenseOutputs outputs = DenseOutputs.allocate(CARD, 1, 8, 8, EnumSet.of(Output.SCORES));
    assertEquals(Set.of(Output.SCORES), outputs.wanted());
    assertThrows(IllegalArgumentException.class, () -> outputs.get(Output.FEATURES));
    assertThrows(
        IllegalArgumentException.class,
        () -> DenseOutputs.allocate(CARD, 1, 8, 8, EnumSet.noneOf(Output.class)));
    assertThrows(
        IllegalArgumentException.class,
        () -> DenseOutputs.allocate(CARD, 1, 7, 8, EnumSet.of(Output.SCORES)));
  }

  @Test
  void devicesAreReadAsTheyAreWritten() {
    for (Device device : new Device[] {new Device.Cpu(), new Device.Cuda(3), new Device.Auto()}) {
      assertEquals(device, Device.parse(device.toString()));
    }
    assertEquals(new Device.Cuda(0), Device.parse("cuda"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cuda:", "cuda:-1", "cuda:x", "CPU", "cuda:99999"})
  void otherDevicesAreRefused(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Device.parse(text));
    assertEquals("device must be cpu, cuda:N or auto: was " + text, e.getMessage());
  }
}
