package vggstream.table;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import vggstream.job.batch.SharedClassifiers;

/** How many models are loaded while it is open, by what {@link SharedClassifiers} logs. */
final class LoadCount extends AbstractAppender implements AutoCloseable {
  private static final String LOGGER = SharedClassifiers.class.getName();

  private final AtomicInteger count = new AtomicInteger();
  private final LoggerContext context = LoggerContext.getContext(false);

  LoadCount() {
    super("loads", null, null, true, Property.EMPTY_ARRAY);
    start();
    LoggerConfig config = new LoggerConfig(LOGGER, Level.INFO, false);
    config.addAppender(this, Level.INFO, null);
    context.getConfiguration().addLogger(LOGGER, config);
    context.updateLoggers();
  }

  @Override
  public void append(LogEvent event) {
    if (event.getMessage().getFormattedMessage().startsWith("Loaded ")) {
      count.incrementAndGet();
    }
  }

  int count() {
    return count.get();
  }

  @Override
  public void close() {
    context.getConfiguration().removeLogger(LOGGER);
    context.updateLoggers();
    stop();
  }
}
