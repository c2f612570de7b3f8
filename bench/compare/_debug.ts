import { readFileSync } from "node:fs";
import sharp from "sharp";
import { aligned, mapOf } from "../../src/compare/pair/comparison.ts";
import { cuesOf, onOneGrid, excess } from "../../src/compare/pair/differences.ts";
import { weigh } from "../../src/compare/pair/evidence.ts";
import { geometryOf } from "../../src/compare/pair/geometry.ts";
import { prepare } from "../../src/compare/pair/prepared.ts";
import { onWhite } from "../../src/image/raster.ts";
import { openCvDetector } from "../../src/node/opencv.ts";
import { decodeWithin } from "../../src/node/pixels.ts";
import { SHIPPED_NULL_MODEL as M } from "../../src/compare/pair/shipped-null-model.ts";
const detector = await openCvDetector();
const P = "/work/compare-images/raw/";
const oc = "openclipart-png/usr/share/openclipart/png/";
const LIST: [string, string][] = [
 [oc+"signs_and_symbols/flags/america/guyana.png","jpeg 60"],[oc+"signs_and_symbols/flags/america/guyana.png","sharpen"],[oc+"signs_and_symbols/flags/america/guyana.png","toned"],[oc+"signs_and_symbols/flags/america/guyana.png","upload"],
 ["tuxpaint-stamps-default/usr/share/tuxpaint/stamps/town/houses/cartoon/pinkhome.png","toned"],
 [oc+"signs_and_symbols/nfpa_fire_diamond_sp_.png","toned"],[oc+"signs_and_symbols/nfpa_fire_diamond_sp_.png","upload"],
 [oc+"computer/icons/lemon-theme/apps/xeyes.png","sharpen"],[oc+"transportation/boating/sailboat_illustration_labels.png","sharpen"],
 [oc+"computer/icons/lemon-theme/actions/rotate.png","toned"],[oc+"computer/icons/lemon-theme/apps/kmenu.png","toned"],[oc+"computer/icons/lemon-theme/apps/knotes2.png","sharpen"],
 ["wesnoth-1.16-data/usr/share/games/wesnoth/1.16/data/core/images/unit_env/schedule/tod-schedule-24hrs.png","toned"],
 [oc+"signs_and_symbols/flags/america/uruguay.png","sharpen"],[oc+"animals/mammals/housecats/cartoon_vgcats_fanart_01.png","sharpen"],[oc+"transportation/ambulans_romus_01.png","blur"],[oc+"recreation/sports/table_tennis_omar_abo-na_01.png","sharpen"],
];
const raw = (p: any) => sharp(p.data,{raw:{width:p.width,height:p.height,channels:p.channels}});
const toned=(i:any)=>i.modulate({ brightness: 1.07, saturation: 1.2 }).gamma(1.15);
const { edgesOff, keptByUpload } = await import("./upload.ts");
const E: any = { "jpeg 60":(i:any)=>i.jpeg({quality:60}), toned:(i:any)=>toned(i).jpeg({quality:75}), blur:(i:any)=>i.blur(.8).jpeg({quality:75}), sharpen:(i:any)=>i.sharpen({sigma:1}).jpeg({quality:75}),
 upload:(i:any,p:any)=>{const [left,top,width,height]=keptByUpload(p); return toned(i.extract({left,top,width,height}).resize(Math.round(p.width*.91*.85))).jpeg({quality:60})} };
const only=process.argv[2];
for (const [f,k] of LIST) {
  if (only && !`${f} ${k}`.includes(only)) continue;
  const p=onWhite(await decodeWithin(readFileSync(P+f),1024)); const base=prepare(p,detector);
  const alt=await decodeWithin(await E[k](raw(p),p).toBuffer(),1024); const q=prepare(alt,detector);
  const {candidate}=weigh(base,q); if(!candidate){console.log(f,k,"none");continue}
  const t=geometryOf(base,q,candidate); const g=onOneGrid(...aligned(p,alt,base,q,t)); const {cues,tone}=cuesOf(g.base,g.real,g.covered);
  const m=mapOf(p,alt,base,q,t);
  const kept:any = k==="upload"?keptByUpload(p):[0,0,p.width,p.height];
  let byS=0,byC=0; const tex=[0,0,0,0,0,0];
  for(const c of cues){ if(excess(c,M)<1) continue; const i=M.textures.findLastIndex((x:number)=>Math.max(c.expected,c.real)>=x); tex[i]!++; if((1-c.ncc)/M.structure[i]!>=1) byS++; if(c.colour/M.colour[i]!>=1) byC++; }
  if (only) { const { meansAt, toned: tn } = await import("../../src/compare/pair/tone.ts");
    const cl=new Map<string,any[]>();
    for (const c of cues){ const b=meansAt(g.base,c.x,c.y,16), a=meansAt(g.real,c.x,c.y,16); if(Math.max(c.expected,c.real)>4) continue; const key=b.map(v=>Math.round(v/12)).join(","); const tt=tn(b,tone);
      const r=[b[0],b[1],b[2],a[0],a[1],a[2],tt[0]-a[0],tt[1]-a[1],tt[2]-a[2]]; (cl.get(key)??cl.set(key,[]).get(key))!.push(r); }
    for (const [k2,rows] of [...cl].sort((x,y)=>y[1].length-x[1].length).slice(0,14)) console.log("   ",rows.length, rows[rows.length>>1].map((v:number)=>v.toFixed(0)).join(" ")); }
  console.log(f.split("/").pop(),k,candidate.by,candidate.model,"changed",m.changed.value,"edgesOff",(edgesOff(t.crop,kept,p)*100).toFixed(2)+"%","edgeError",t.edgeError,"blocks",cues.length,"S",byS,"C",byC,"tex",tex.join(","), "curve", tone.curve.filter((_:any,i:number)=>i%4===0).map((x:number)=>x.toFixed(0)).join(" "), "blue",tone.blue.map((x:number)=>x.toFixed(2)).join(" "),"red",tone.red.map((x:number)=>x.toFixed(2)).join(" "));
}
