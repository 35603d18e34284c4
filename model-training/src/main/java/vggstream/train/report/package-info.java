/**
 * What is shown of evaluations: their file, the paper's Tables 3 to 7 with its own figures, a page
 * of them with the runs' curves, the confusion matrix and the worst mistakes as pictures. Entry:
 * {@link vggstream.train.report.Report}.
 */
@NullMarked
package vggstream.train.report;

import org.jspecify.annotations.NullMarked;
