package vggstream.table.function;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.module.Module;

/** The functions of this package under their names in SQL: {@code LOAD MODULE vggstream}. */
public final class VggModule implements Module {
  private static final Map<String, ScalarFunction> FUNCTIONS =
      Map.of(
          "top_label", new TopLabel(),
          "box_iou", new BoxIou(),
          "image_info", new ImageInfo(),
          "image_resize", new ImageResize());

  @Override
  public Set<String> listFunctions() {
    return FUNCTIONS.keySet();
  }

  @Override
  public Optional<FunctionDefinition> getFunctionDefinition(String name) {
    return Optional.ofNullable(FUNCTIONS.get(name.toLowerCase(Locale.ROOT)));
  }
}
