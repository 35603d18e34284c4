/**
 * Classifies a folder of images from end to end: every file through the broker and the job, every
 * answer into a file. Entry class: {@link vggstream.local.run.FolderRun}.
 */
@NullMarked
package vggstream.local.run;

import org.jspecify.annotations.NullMarked;
