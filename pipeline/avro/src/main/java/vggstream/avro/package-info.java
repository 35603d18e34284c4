/**
 * Records as the topics hold them: Avro's binary encoding, alone or in the wire format of
 * Confluent's schema registry (a zero byte, the schema's id in 4 bytes, the encoding). Entry:
 * {@link vggstream.avro.RecordCodec}.
 */
@NullMarked
package vggstream.avro;

import org.jspecify.annotations.NullMarked;
