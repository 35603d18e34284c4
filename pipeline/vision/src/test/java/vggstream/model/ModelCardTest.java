package vggstream.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCardTest {
  private static ModelCard card(ModelCard.Task task) {
    return new ModelCard(
        "vgg-d",
        "2026-11",
        "VGG-D",
        task,
        List.of("tench, Tinca tinca", "Müll", "猫"),
        List.of(123.68f, 116.779f, 103.939f),
        List.of(1f, 1 / 58f, 0.0171247538f),
        256,
        512,
        224,
        32,
        4096,
        "trained here");
  }

  @Test
  void survivesItsMetadataUnchanged() {
    for (ModelCard.Task task : ModelCard.Task.values()) {
      assertEquals(card(task), ModelCard.fromMetadata(card(task).toMetadata()));
    }
  }

  @Test
  void keysAreExactlyThoseWritten() {
    assertEquals(
        card(ModelCard.Task.CLASSIFY).toMetadata().keySet(), Set.copyOf(ModelCard.metadataKeys()));
  }

  @ParameterizedTest
  @CsvSource({
    "224,1", "255,1", "256,2", "288,3", "384,6", "500,9",
  })
  void mapSideIsTheDesigns(int side, int map) {
    assertEquals(map, card(ModelCard.Task.CLASSIFY).mapSide(side));
    assertEquals(side / 32 - 6, map);
  }

  @Test
  void sideBelowTheCropHasNoMap() {
    assertThrows(IllegalArgumentException.class, () -> card(ModelCard.Task.CLASSIFY).mapSide(223));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "card           | 9             | card format must be 1: was 9",
        "task           | detect        | localise-pcr, classify-localise-scr, classify-localise-pcr]: was detect",
        "task           | CLASSIFY      | was CLASSIFY",
        "stride         | thirty        | stride must be a number: was thirty",
        "stride         | 0             | stride must be at least 1: was 0",
        "crop-side      | 225           | crop-side must be a multiple of the stride 32: was 225",
        "mean           | 1,2           | mean must have 3 values",
        "mean           | 1,2,x         | mean must be a number: was x",
        "mean           | 1,2,256       | mean must be within 0..255",
        "mean           | 1,2,NaN       | mean must be within 0..255",
        "scale          | 1,0,1         | scale must be positive and finite",
        "scale          | 1,Infinity,1  | scale must be positive and finite",
        "training-scale | 256           | training-scale must have 2 values",
        "training-scale | 512,256       | crop-side <= min <= max",
        "training-scale | 192,256       | crop-side <= min <= max with crop-side 224: was 192,256",
        "feature-count  | 0             | feature-count must be at least 1: was 0",
        "name           | ' '           | name must not be blank",
        "weights-source | ''            | weights-source must not be blank",
        "labels         | ''            | a label must not be blank",
      })
  void brokenEntryIsRefusedWithItsRuleAndValue(String key, String value, String message) {
    Map<String, String> metadata = card(ModelCard.Task.CLASSIFY).toMetadata();
    metadata.put("vggstream." + key, value);
    ModelException e = assertThrows(ModelException.class, () -> ModelCard.fromMetadata(metadata));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void everyEntryIsNeeded() {
    for (String key : ModelCard.metadataKeys()) {
      Map<String, String> metadata = card(ModelCard.Task.CLASSIFY).toMetadata();
      metadata.remove(key);
      ModelException e = assertThrows(ModelException.class, () -> ModelCard.fromMetadata(metadata));
      assertTrue(e.getMessage().contains("metadata " + key + " is missing"), e.getMessage());
    }
  }
}
