/** Headers on their way through a proxy: what belongs to one connection only, and which host is spoken to. */

import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

/** Headers that belong to one connection and are never passed on. RFC 9110, section 7.6.1. */
const HOP_BY_HOP: ReadonlySet<string> = new Set(
  "connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade".split(
    " ",
  ),
);

/** Headers that carry secrets; they are passed on and never recorded. */
const SECRET = /^(?:authorization|cookie|set-cookie|proxy-authorization|x-api-key|api-key|comfy-user)$|token|secret/i;

/** Headers of the connection itself removed; those that a `Connection` header names too. */
export function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = new Set(
    String(headers.connection ?? "")
      .toLowerCase()
      .split(/\s*,\s*/),
  );
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.has(name)));
}

/**
 * The headers for the server behind the proxy. Host, Origin and Referer change together: servers that guard
 * against cross-site requests compare them. An Origin that is not the proxy's own stays as it is, so that
 * the server still refuses it.
 */
export function towards(upstream: URL, headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const own = headers.host;
  const swap = (value: string | undefined): string | undefined => {
    const url = value === undefined ? undefined : parsed(value);
    return url?.host === own ? value?.replace(/^https?:\/\/[^/]+/, upstream.origin) : value;
  };
  const [origin, referer] = [swap(headers.origin), swap(headers.referer)];
  return {
    ...endToEnd(headers),
    host: upstream.host,
    ...(origin !== undefined && { origin }),
    ...(referer !== undefined && { referer }),
  };
}

/** Headers as they may be recorded. */
export function recordable(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && !SECRET.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
