/**
 * What a run writes down for people and their tools: history, curves, TensorBoard's events. Entry:
 * {@link vggstream.train.journal.History}, {@link vggstream.train.journal.EventFile}, {@link
 * vggstream.train.journal.Curves}.
 */
@NullMarked
package vggstream.train.journal;

import org.jspecify.annotations.NullMarked;
