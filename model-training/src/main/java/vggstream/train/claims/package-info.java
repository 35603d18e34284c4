/**
 * The claims of the paper's section 4 as a plan of small experiments, and what their results say
 * about each claim. Knows no trainer: it is given results. Entry: {@link
 * vggstream.train.claims.Plan}, {@link vggstream.train.claims.Finding}.
 */
@NullMarked
package vggstream.train.claims;

import org.jspecify.annotations.NullMarked;
