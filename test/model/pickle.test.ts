import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex } from "../../src/base/bytes.ts";
import { SeedproofError } from "../../src/base/errors.ts";
import { bytesSource } from "../../src/image/source.ts";
import { listPickle } from "../../src/model/pickle.ts";

/** Written by CPython 3.11: {"a.weight": <object whose __reduce__ gives os.system>, "b": OrderedDict(x=1.5, y=b"zz")}. */
const CODE = {
  2: "80027d7100285808000000612e776569676874710163706f7369780a73797374656d0a710258070000006563686f2068697103857104527105580100000062710663636f6c6c656374696f6e730a4f726465726564446963740a710729527108285801000000787109473ff8000000000000580100000079710a635f636f646563730a656e636f64650a710b58020000007a7a710c58060000006c6174696e31710d86710e52710f75752e",
  4: "8004956e000000000000007d94288c08612e776569676874948c05706f736978948c0673797374656d9493948c076563686f20686994859452948c0162948c0b636f6c6c656374696f6e73948c0b4f72646572656444696374949394295294288c017894473ff80000000000008c01799443027a7a9475752e",
};

/** Written by CPython 3.11: a zip file as PyTorch lays it out, with an OrderedDict of two names as archive/data.pkl. */
const ZIP =
  "504b0304140000000000000021009bd8dc28670000006700000010000000617263686976652f646174612e706b6c800263636f6c6c656374696f6e730a4f726465726564446963740a71002952710128582d0000006d6f64656c2e646966667573696f6e5f6d6f64656c2e696e7075745f626c6f636b732e302e302e77656967687471024b015804000000636f6e6471034b02752e504b030414000000000000002100d19e675502000000020000000f000000617263686976652f76657273696f6e330a504b01021403140000000000000021009bd8dc286700000067000000100000000000000000000000800100000000617263686976652f646174612e706b6c504b0102140314000000000000002100d19e675502000000020000000f0000000000000000000000800195000000617263686976652f76657273696f6e504b050600000000020002007b000000c40000000000";

describe("pickles", () => {
  test.each([2, 4] as const)("protocol %i: what loading would import is listed, and code is told apart", (protocol) => {
    const listing = listPickle(bytesSource(fromHex(CODE[protocol])));
    expect(listing.globals).toContain("posix.system");
    expect(listing.globals).toContain("collections.OrderedDict");
    expect(listing.texts).toContain("a.weight");
    expect(listing.findings.map(({ code, level }) => `${level} ${code}`)).toEqual([
      "informs model.pickle",
      "fails model.pickle-code",
    ]);
    expect(listing.findings[1]?.text.en).toContain("posix.system");
    expect(listing.findings[1]?.text.en).not.toContain("OrderedDict");
  });

  test("a name taken back from the memo is the name that is imported", () => {
    // PROTO 4, "os" and "system" memoized, two other texts, then both taken back and looked up.
    const bytes = [
      0x80,
      4,
      0x8c,
      2,
      0x6f,
      0x73,
      0x94,
      0x8c,
      6,
      ...Buffer.from("system"),
      0x94,
      0x8c,
      1,
      0x61,
      0x8c,
      1,
      0x62,
    ];
    const listing = listPickle(bytesSource(Uint8Array.from([...bytes, 0x68, 0, 0x68, 1, 0x93, 0x2e])));
    expect(listing.globals).toEqual(["os.system"]);
  });

  test("PyTorch's zip form is read at its data.pkl", () => {
    const listing = listPickle(bytesSource(fromHex(ZIP)));
    expect(listing).toMatchObject({ container: "zip", globals: ["collections.OrderedDict"] });
    expect(listing.texts).toContain("model.diffusion_model.input_blocks.0.0.weight");
    expect(listing.findings.map(({ code }) => code)).toEqual(["model.pickle"]);
  });

  test("cut or changed files give a listing or a SeedproofError", () => {
    const files = [CODE[2], CODE[4], ZIP].map(fromHex);
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.nat(), fc.nat(255), fc.nat(), (file, at, value, cut) => {
        const changed = file.slice(0, file.length - (cut % 20));
        changed[at % changed.length] = value;
        try {
          listPickle(bytesSource(changed));
        } catch (error) {
          expect(error).toBeInstanceOf(SeedproofError);
        }
      }),
    );
  });
});
