/**
 * Functions for SQL over images and predictions, which {@code LOAD MODULE vggstream} brings. None
 * fails on any bytes: what cannot be answered is NULL. Entry: {@link
 * vggstream.table.function.VggModule}.
 */
@NullMarked
package vggstream.table.function;

import org.jspecify.annotations.NullMarked;
