/**
 * What the job costs beside bare inference: the same images through one ONNX Runtime session in a
 * loop, and through Kafka and Flink, in turns. Entry: {@link vggstream.local.bench.Benchmark}.
 */
@NullMarked
package vggstream.local.bench;

import org.jspecify.annotations.NullMarked;
