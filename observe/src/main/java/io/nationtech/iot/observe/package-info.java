/**
 * What a server process shows to those who look after it: probes and metrics. The log's formats are
 * resources here, to be included by its logback.xml.
 */
@NullMarked
package io.nationtech.iot.observe;

import org.jspecify.annotations.NullMarked;
