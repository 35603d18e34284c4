/**
 * Recipes: what a training run is, as documented YAML (paper, section 3.1). Entry: {@link
 * vggstream.train.recipe.Recipe}.
 */
@NullMarked
package vggstream.train.recipe;

import org.jspecify.annotations.NullMarked;
