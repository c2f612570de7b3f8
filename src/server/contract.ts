/** The contract of the own API: each operation with its schemas, from which requests are checked and OpenAPI is written. */

import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { SeedproofError } from "../base/errors.ts";
import { errorAnswer } from "./answers.ts";

/** Bytes of a request's body. CWE-770. */
export const BODY_LIMITS = {
  /** JSON: recipes and graphs; the largest workflow seen in the wild is below 4 MiB. */
  json: 8 * 1024 * 1024,
  /** An image or a layered file; a request with an init image and a mask as base64 is below 64 MiB. */
  bytes: 256 * 1024 * 1024,
} as const;

/** One operation. `id` is its name in OpenAPI. */
export interface Operation<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  readonly id: string;
  readonly method: "get" | "post" | "delete" | "put";
  /** Below `/api/v1`, as OpenAPI writes it: `/jobs/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** The body is a file, of any type. */
  readonly takesBytes?: true;
  /** The answer: JSON of this schema, a file, or Server-Sent Events. */
  readonly answer: z.ZodType | "bytes" | "events";
}

/** What a handler gets: checked values. */
export interface Asked<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly bytes: () => Promise<Uint8Array>;
  readonly c: Context;
}

/** Keeps the types of an operation's schemas. */
export function operation<
  P extends z.ZodType = z.ZodObject,
  Q extends z.ZodType = z.ZodObject,
  B extends z.ZodType = z.ZodUnknown,
>(one: Operation<P, Q, B>): Operation<P, Q, B> {
  return one;
}

/** The own API under `/api/v1`, growing operation by operation. */
export interface Api {
  on<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
    one: Operation<P, Q, B>,
    handler: (asked: Asked<z.output<P>, z.output<Q>, z.output<B>>) => unknown,
  ): void;
}

/** Adds the API to an app; `/api/v1/openapi.json` describes what was added. */
export function serveApi(app: Hono, version: string): Api {
  const operations: Operation[] = [];
  let document: object | undefined;
  app.get("/api/v1/openapi.json", (c) => {
    document ??= openApi(operations, version);
    return c.json(document);
  });
  return {
    on(one, handler) {
      operations.push(one as unknown as Operation);
      const path = `/api/v1${one.path.replace(/\{(\w+)\}/g, ":$1")}`;
      const maxSize = one.takesBytes ? BODY_LIMITS.bytes : BODY_LIMITS.json;
      app.on(one.method.toUpperCase(), path, bodyLimit({ maxSize, onError: tooLarge }), async (c) => {
        const answer = await handler({
          params: parsed(one.params, c.req.param(), "path"),
          query: parsed(one.query, c.req.query(), "query"),
          body: one.body ? parsed(one.body, await jsonOf(c), "body") : undefined,
          bytes: async () => new Uint8Array(await c.req.arrayBuffer()),
          c,
        } as Parameters<typeof handler>[0]);
        return answer instanceof Response ? answer : c.json((answer ?? {}) as object);
      });
    },
  };
}

function tooLarge(c: Context): Response {
  const { status, body } = errorAnswer(
    new SeedproofError("server.too-large", "the request is larger than is taken here"),
  );
  return c.json(body, status as 413);
}

async function jsonOf(c: Context): Promise<unknown> {
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
    throw new SeedproofError("server.no-json", "send JSON, and say so in content-type");
  }
  try {
    return await c.req.json();
  } catch (cause) {
    throw new SeedproofError("server.no-json", "the request's body is no JSON", { cause });
  }
}

/** @throws SeedproofError `server.bad-request` that says which member is not as the schema wants it */
function parsed(schema: z.ZodType | undefined, value: unknown, place: string): unknown {
  if (!schema) return value;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const pointer = `/${(first?.path ?? []).map(String).join("/")}`;
  throw new SeedproofError("server.bad-request", `${place}${pointer === "/" ? "" : ` ${pointer}`}: ${first?.message}`, {
    where: { pointer },
  });
}

/** OpenAPI 3.1 of the operations. @see OpenAPI Specification 3.1.1 */
function openApi(operations: readonly Operation[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const one of operations) {
    const path = `/api/v1${one.path}`;
    paths[path] = { ...paths[path], [one.method]: described(one) };
  }
  return {
    openapi: "3.1.1",
    info: { title: "Seedproof", version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    servers: [{ url: "/" }],
    security: [{ token: [] }, { basic: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        basic: { type: "http", scheme: "basic" },
      },
      schemas: { Error: schemaOf(ERROR) },
    },
  };
}

const ERROR = z.object({
  error: z.object({ code: z.string(), message: z.string(), where: z.record(z.string(), z.unknown()).optional() }),
});

function described({ id, summary, params, query, body, takesBytes, answer }: Operation): object {
  const parameters = [...parametersOf(params, "path"), ...parametersOf(query, "query")];
  const content = body
    ? { "application/json": { schema: schemaOf(body) } }
    : takesBytes
      ? { "application/octet-stream": { schema: { type: "string", format: "binary" } } }
      : undefined;
  return {
    operationId: id,
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(content && { requestBody: { required: true, content } }),
    responses: {
      "200": { description: "done", content: answerContent(answer) },
      default: {
        description: "an error",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
  };
}

function answerContent(answer: Operation["answer"]): object {
  if (answer === "bytes") return { "application/octet-stream": { schema: { type: "string", format: "binary" } } };
  if (answer === "events") return { "text/event-stream": { schema: { type: "string" } } };
  return { "application/json": { schema: schemaOf(answer) } };
}

function parametersOf(schema: z.ZodType | undefined, place: "path" | "query"): object[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema) as { properties?: object; required?: string[] };
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: one,
  }));
}

function schemaOf(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}
