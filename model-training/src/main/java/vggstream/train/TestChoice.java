package vggstream.train;

import org.jspecify.annotations.Nullable;

/**
 * How the user wants networks to be tested.
 *
 * @param protocol a cropping's title; null if not said
 * @param scales as {@link TestScales} reads it
 * @param flip whether mirror images are tested too; null if not said
 */
record TestChoice(@Nullable String protocol, String scales, @Nullable Boolean flip) {}
