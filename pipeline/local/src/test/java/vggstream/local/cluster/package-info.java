/**
 * The stream as in production, but on one machine: broker, JobManager and TaskManagers as processes
 * of their own that tests kill, pause and start again. Entry: {@link
 * vggstream.local.cluster.StandaloneCluster}.
 */
@NullMarked
package vggstream.local.cluster;

import org.jspecify.annotations.NullMarked;
