/**
 * The demo: two drawn cameras through Kafka and Flink, a live table, annotated frames. Entry class:
 * {@link vggstream.local.demo.Demo}.
 */
@NullMarked
package vggstream.local.demo;

import org.jspecify.annotations.NullMarked;
