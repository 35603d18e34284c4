package vggstream.model;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** Collects what a class logs at WARN and above while open, instead of its usual log. */
final class LogCapture extends AbstractAppender implements AutoCloseable {
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private final LoggerContext context = LoggerContext.getContext(false);
  private final String logger;

  LogCapture(Class<?> logging) {
    super("capture", null, null, true, Property.EMPTY_ARRAY);
    logger = logging.getName();
    start();
    LoggerConfig config = new LoggerConfig(logger, Level.WARN, false);
    config.addAppender(this, Level.WARN, null);
    context.getConfiguration().addLogger(logger, config);
    context.updateLoggers();
  }

  @Override
  public void append(LogEvent event) {
    messages.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
  }

  List<String> messages() {
    return List.copyOf(messages);
  }

  @Override
  public void close() {
    context.getConfiguration().removeLogger(logger);
    context.updateLoggers();
    stop();
  }
}
