/** The custom resources as facts: read from JSON, what devices get kept as received. */
@NullMarked
package io.nationtech.iot.operator.resource;

import org.jspecify.annotations.NullMarked;
