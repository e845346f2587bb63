/**
 * The custom resources as classes. They are the source of the CRDs' schemas and nothing else: the
 * operator reads resources as JSON, so that what a newer author wrote is passed on untouched.
 */
@NullMarked
package io.nationtech.iot.operator.api;

import org.jspecify.annotations.NullMarked;
