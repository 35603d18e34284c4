/** Stands in for a dependency that is left out: see {@link org.bytedeco.opencl.presets.OpenCL}. */
@NullMarked
package org.bytedeco.opencl.presets;

import org.jspecify.annotations.NullMarked;
