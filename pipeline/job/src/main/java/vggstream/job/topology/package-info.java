/**
 * The graph of the job between the source and the sinks that it is given. Entry: {@link
 * vggstream.job.topology.ClassificationTopology}.
 */
@NullMarked
package vggstream.job.topology;

import org.jspecify.annotations.NullMarked;
