/**
 * Drawn scenes: one thing of eight classes before a textured backdrop, as still images for training
 * ({@link vggstream.local.scene.SceneDataSet}) and as the feed of a camera ({@link
 * vggstream.local.scene.CameraFeed}). Pure Java2D without fonts or a display; the same seed draws
 * the same scene.
 */
@NullMarked
package vggstream.local.scene;

import org.jspecify.annotations.NullMarked;
