/**
 * Command line for producers and consumers of the topics, and the two small classes behind it:
 * {@link vggstream.client.ImageSender} sends image files, {@link vggstream.client.RecordTail} reads
 * answers; {@link vggstream.client.RecordJson} is the one JSON form of the records.
 */
@NullMarked
package vggstream.client;

import org.jspecify.annotations.NullMarked;
