/**
 * The networks from Flink SQL: a model provider for {@code ML_PREDICT}, which classifies in the
 * task itself, in the micro-batches of {@link vggstream.job.batch}. Entry: {@link
 * vggstream.table.VggModelProviderFactory}.
 */
@NullMarked
package vggstream.table;

import org.jspecify.annotations.NullMarked;
