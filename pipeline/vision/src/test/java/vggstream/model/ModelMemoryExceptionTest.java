package vggstream.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;

class ModelMemoryExceptionTest {
  @Test
  void whatRuntimesSayOfMemoryIsRecognised() {
    for (String message :
        List.of(
            "Non-zero status code returned while running Conv node. bfc_arena.cc:376 void*"
                + " onnxruntime::BFCArena::AllocateRawInternal Failed to allocate memory for"
                + " requested buffer of size 939524096",
            "CUDA failure 2: out of memory ; GPU=0",
            "CUDNN failure 4: CUDNN_STATUS_ALLOC_FAILED",
            "bad allocation",
            "std::bad_alloc")) {
      ModelException as = ModelMemoryException.orSame(new ModelException(message));
      assertEquals(ModelMemoryException.class, as.getClass(), message);
      assertEquals(message, as.getMessage());
    }
  }

  @Test
  void otherFailuresStayWhatTheyAre() {
    ModelException other = new ModelException("CUDA failure 700: an illegal memory access");
    assertSame(other, ModelMemoryException.orSame(other));
  }
}
