#!/usr/bin/env bash
# Makes the synthetic files of this folder with stock tools (Debian 12: ffmpeg, exiftool, ImageMagick, libheif, libjxl; sharp for AVIF).
set -euo pipefail
cd "$(dirname "$0")"
export SOURCE_DATE_EPOCH=1700000000
prompt='{"3": {"inputs": {"seed": 18446744073709551615, "text": "a café, 猫"}, "class_type": "KSampler"}}'
workflow='{"nodes": [], "version": 0.4}'
infotext=$'a café, 猫\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 32x24'

ffmpeg -v error -y -f lavfi -i testsrc=size=32x24:rate=4:duration=1 -pix_fmt yuv420p -bitexact base.y4m
convert -size 32x24 gradient:red-blue -strip PNG24:base.png

# Videos: keys of mdta (as ComfyUI's SaveVideo has them), iTunes items, QuickTime texts, Matroska tags
ffmpeg -v error -y -i base.y4m -metadata prompt="$prompt" -metadata workflow="$workflow" -movflags use_metadata_tags -bitexact mdta.mp4
ffmpeg -v error -y -i base.y4m -metadata comment="$infotext" -metadata title="a title" -bitexact itunes.mp4
ffmpeg -v error -y -i base.y4m -metadata comment="$infotext" -metadata title="a title" -bitexact quicktime.mov
ffmpeg -v error -y -i base.y4m -metadata prompt="$prompt" -metadata workflow="$workflow" -metadata title="a title" -bitexact tags.webm
ffmpeg -v error -y -i base.y4m -metadata AIGC='{"Label":"1"}' -bitexact -live 1 live.mkv
exiftool -q -overwrite_original -XMP-dc:Description="$infotext" -XMP-xmp:CreatorTool="a tool" itunes.mp4

# HEIC and AVIF with EXIF and XMP items
heif-enc -q 40 base.png -o base.heic > /dev/null
node -e 'require("sharp")("base.png").avif({ quality: 40 }).toFile("base.avif")'
for kind in heic avif; do
  exiftool -q -overwrite_original -EXIF:UserComment="$infotext" -EXIF:Artist="ai" -XMP-dc:Description="$infotext" base.$kind
done

# JPEG XL: bare, in boxes, and with compressed boxes
cjxl base.png bare.jxl --container=0 2> /dev/null
cjxl base.png boxes.jxl --container=1 2> /dev/null
cp base.png tagged.png
exiftool -q -overwrite_original -EXIF:UserComment="$infotext" -EXIF:Artist="ai" -XMP-dc:Description="$infotext" tagged.png boxes.jxl
node -e '
  const { readFileSync, writeFileSync } = require("fs");
  const { brotliCompressSync } = require("zlib");
  const box = (type, ...parts) => {
    const data = Buffer.concat([Buffer.alloc(4), Buffer.from(type), ...parts]);
    data.writeUInt32BE(data.length);
    return data;
  };
  const file = readFileSync("boxes.jxl");
  const out = [];
  for (let at = 0; at < file.length; ) {
    const length = file.readUInt32BE(at) || file.length - at;
    const [type, data] = [file.subarray(at + 4, at + 8), file.subarray(at + 8, at + length)];
    const compress = ["Exif", "xml "].includes(type.toString());
    out.push(compress ? box("brob", type, brotliCompressSync(data)) : box(type, data));
    at += length;
  }
  out.push(box("brob", Buffer.from("comf"), brotliCompressSync(Buffer.from(process.argv[1]))));
  writeFileSync("brotli.jxl", Buffer.concat(out));
' "{\"prompt\": $prompt, \"workflow\": $workflow}"

# GIF with a comment and XMP, TIFF in both byte orders
convert base.png -set comment "$infotext" comment.gif
convert -delay 10 base.png \( base.png -flop \) frames.gif
exiftool -q -overwrite_original -XMP-dc:Description="$infotext" -Comment="behind" frames.gif
convert base.png -define tiff:endian=lsb -compress lzw little.tif
convert base.png -define tiff:endian=msb -compress lzw big.tif
for file in little.tif big.tif; do
  exiftool -q -overwrite_original -EXIF:UserComment="$infotext" -EXIF:ImageDescription="a description" -XMP-dc:Description="$infotext" $file
done

# PNG with compressed texts; JPEG with an XMP packet that needs extended XMP, a comment, GPS and IPTC
exiftool -q -overwrite_original -z -PNG:Comment="$(printf 'compressed %.0s' {1..40})" -PNG:Title="猫 $(printf 'international %.0s' {1..40})" tagged.png
convert base.png -quality 82 tagged.jpg
exiftool -q -overwrite_original -Comment="$infotext" -XMP-dc:Description="$(head -c 70000 /dev/zero | tr '\0' x)" \
  -XMP-dc:Title="short" -GPSLatitude=1 -GPSLatitudeRef=N -IPTC:Caption-Abstract="a caption" tagged.jpg
rm base.y4m
