/**
 * The command line of {@code vgg-local.jar}. Entry class: {@link vggstream.local.command.VggLocal}.
 */
@NullMarked
package vggstream.local.command;

import org.jspecify.annotations.NullMarked;
