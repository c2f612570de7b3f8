/** The style of the HTML dossier: the look's tokens, light and dark, screen and print. */

/** One style sheet, written into the file. */
export const STYLE = `
:root{--paper:#F0EDE6;--sheet:#FFFDF9;--ink:#1E1B17;--ink2:#4E4942;--ink3:#655F55;--rule:#DDD8CD;--rule2:#BDB6A8;--well:#E2DED5;--fill:#E9E5DC;--seal:#B9301B;--sealon:#FFF6EF;--link:#27577F;--good:#23644F;--warn:#85520F;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--paper:#191816;--sheet:#211F1D;--ink:#EDE9E1;--ink2:#BEB8AD;--ink3:#9A9286;--rule:#33302C;--rule2:#544F47;--well:#100F0E;--fill:#2A2825;--seal:#BE3A23;--sealon:#FFF1E8;--link:#86B4DD;--good:#78C2A5;--warn:#DDAA62}.drawing{background:#FFFDF9;padding:8px}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 "Source Serif 4","Noto Serif SC","Source Han Serif SC","Songti SC",Georgia,serif}
[lang=zh-CN]{line-height:1.75;font-family:"Source Serif 4","Noto Serif SC","Source Han Serif SC","Songti SC",SimSun,serif}
.part{display:grid;grid-template-columns:minmax(0,240px) minmax(0,980px);gap:0 48px;justify-content:center;padding:0 24px 96px}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:32px 0;font-size:13.5px}
nav ol{list-style:none;margin:0;padding:0}nav ol ol{padding-left:28px}nav li{padding:3px 0}nav b{font-weight:600;display:inline-block;min-width:28px}nav ol ol b{min-width:36px;font-weight:400}
nav a{color:var(--ink2);text-decoration:none}nav a:hover,nav a:focus-visible{color:var(--ink);text-decoration:underline}
main{background:var(--sheet);padding:56px 64px 80px;border:1px solid var(--rule);min-width:0}
a{color:var(--link)}:focus-visible{outline:2px solid var(--ink);outline-offset:2px}
h1{font-size:32px;line-height:1.2;font-weight:600;letter-spacing:-.01em;margin:.2em 0 .8em}header>p{color:var(--ink3);margin:0}
h2{font-size:23px;font-weight:600;margin:64px 0 16px;padding-top:16px;border-top:1px solid var(--ink)}h3{font-size:18px;font-weight:600;margin:36px 0 12px}h4{font-size:16px;font-weight:600;margin:24px 0 8px}
h2 span,h3 span{margin-right:.5em;font-variant-numeric:tabular-nums}.other{float:right;font-size:13px;font-weight:400}
.p,p{margin:0 0 12px}small{font-size:.86em;color:var(--ink3)}code,pre{font-family:"IBM Plex Mono",ui-monospace,Menlo,Consolas,monospace;font-size:.84em;overflow-wrap:anywhere}pre{background:var(--fill);padding:12px 16px;overflow:auto}
table{border-collapse:collapse;width:100%;font-size:14.5px;margin:0 0 20px;font-variant-numeric:tabular-nums}caption{text-align:left;font-weight:600;padding:8px 0}
th,td{text-align:left;vertical-align:top;padding:7px 10px 7px 0;border-bottom:1px solid var(--rule);overflow-wrap:anywhere}thead th{font-weight:400;font-size:13px;color:var(--ink3);border-bottom:1.5px solid var(--ink);overflow-wrap:normal}
.pairs th{font-weight:400;color:var(--ink3);width:26%}.scroll{overflow-x:auto}.scroll table{min-width:600px}.columns .scroll table{min-width:0}
aside{border-left:3px solid var(--ink);padding:4px 0 4px 18px;margin:0 0 20px}ul{padding-left:1.1em}li::marker{color:var(--ink3)}
.grade{display:inline-grid;place-items:center;width:17px;height:17px;border-radius:2px;font:600 11px/1 "IBM Plex Mono",ui-monospace,monospace;text-decoration:none;vertical-align:1px}
.M{background:var(--ink);color:var(--sheet)}.R{background:var(--seal);color:var(--sealon)}.T{border:1px solid var(--ink);background:linear-gradient(135deg,var(--rule2) 50%,transparent 50%)}.S{border:1px solid var(--ink)}.X{border:1px dashed var(--ink)}.C{border-bottom:1.5px solid var(--ink);border-radius:0}.U{border:1px dotted var(--ink3);color:var(--ink3)}
.value{white-space:nowrap}.satisfied{color:var(--good)}.not-satisfied{color:var(--warn)}.undetermined{color:var(--ink2)}
.blank{display:inline-block;border-bottom:1px solid var(--ink3);height:1.1em}.short{width:10em}.long{width:100%;height:1.7em}
.pictures{display:grid;gap:16px;margin:8px 0 24px}.n2{grid-template-columns:1fr 1fr}.n3{grid-template-columns:repeat(3,minmax(0,1fr))}.n4{grid-template-columns:repeat(4,minmax(0,1fr))}
.columns{display:grid;gap:28px;margin-bottom:24px;font-size:14px}.columns.n4{grid-template-columns:var(--shares,repeat(4,minmax(0,1fr)))}.columns>div{min-width:0}.columns table{font-size:12.5px}.columns.n3 td{padding-right:6px}.columns .value{white-space:normal}
figure{margin:0}img,.picture{display:block;max-width:100%;height:auto;max-height:80vh;background:var(--well)}.drawing,.wide{width:100%;background:none}.shared{position:absolute}.stamp{max-width:120px}.kept .picture{outline:2px solid var(--ink);outline-offset:2px}figcaption{font-size:13px;color:var(--ink2);margin-top:6px}
@media(max-width:1100px){.part{display:block;padding:0}nav{position:static;max-height:none;padding:24px}main{border:0;padding:32px 24px 64px}}
@media(max-width:700px){.columns.n4,.columns.n3,.columns.n2,.pictures.n2{grid-template-columns:1fr}.pictures.n3,.pictures.n4{grid-template-columns:1fr 1fr}h1{font-size:26px}}
@media print{nav,.other{display:none}body,main{background:#fff;border:0}.part{display:block;padding:0}main{padding:0}tr,figure{break-inside:avoid}}
`.replaceAll("\n", "");
