/** What crosses a boundary: Score, the documents, device ids, and every name on the wire. */
@NullMarked
package io.nationtech.iot.codec;

import org.jspecify.annotations.NullMarked;
