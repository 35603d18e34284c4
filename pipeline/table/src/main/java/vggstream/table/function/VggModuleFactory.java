package vggstream.table.function;

import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.factories.ModuleFactory;
import org.apache.flink.table.module.Module;

/** Finds {@link VggModule} for {@code LOAD MODULE vggstream}. */
public final class VggModuleFactory implements ModuleFactory {
  /** Name of the module. */
  public static final String IDENTIFIER = "vggstream";

  @Override
  public String factoryIdentifier() {
    return IDENTIFIER;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of();
  }

  @Override
  public Module createModule(Context context) {
    return new VggModule();
  }
}
