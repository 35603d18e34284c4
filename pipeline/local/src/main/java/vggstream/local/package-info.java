/**
 * Everything on one machine: a real Kafka broker ({@link vggstream.local.EmbeddedBroker}), a Flink
 * MiniCluster and the job in one JVM. Entry class: {@code VggLocal}, the command line of {@code
 * vgg-local.jar}.
 */
@NullMarked
package vggstream.local;

import org.jspecify.annotations.NullMarked;
