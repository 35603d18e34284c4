/**
 * Drawing what a network saw into an image: boxes with captions, heat maps. Entry classes: {@link
 * vggstream.local.picture.BoxPainter}, {@link vggstream.local.picture.HeatMap}.
 */
@NullMarked
package vggstream.local.picture;

import org.jspecify.annotations.NullMarked;
