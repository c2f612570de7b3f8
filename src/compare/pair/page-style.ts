/** The look of a comparison's page: tokens, type, panes. Light and dark, wide and narrow, on paper. */

/** Style sheet of the page. */
export const PAGE_STYLE = `
:root{color-scheme:light;--paper:#F0EDE6;--sheet:#FAF8F3;--raise:#FFFDF9;--well:#E2DED5;--fill:#E9E5DC;--ink:#1E1B17;--ink2:#4E4942;--ink3:#655F55;--edge:#857E71;--rule:#DDD8CD;--rule2:#BDB6A8;--azurite:#27577F;--malachite:#23644F;--ochre:#85520F;--plum:#7A2C5C;--lit:#FFE08A;--lite:#A66E00}
:root[data-theme=dark]{color-scheme:dark;--paper:#191816;--sheet:#211F1D;--raise:#292724;--well:#100F0E;--fill:#2A2825;--ink:#EDE9E1;--ink2:#BEB8AD;--ink3:#9A9286;--edge:#7F786C;--rule:#33302C;--rule2:#544F47;--azurite:#86B4DD;--malachite:#78C2A5;--ochre:#DDAA62;--plum:#DB95BF;--lit:#5A4510;--lite:#F2C14B}
*{box-sizing:border-box;margin:0}
html[data-lang=en] [lang=zh-CN],html[data-lang=zh] [lang=en]{display:none!important}
body{background:var(--paper);color:var(--ink);font:400 13px/20px Inter,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;font-variant-numeric:tabular-nums}
html[data-lang=zh] body{line-height:22px}
.serif{font-family:"Source Serif 4","Noto Serif","Source Han Serif SC","Noto Serif SC","Songti SC",Georgia,serif}
.mono{font:12px/18px "IBM Plex Mono",ui-monospace,Menlo,Consolas,"Noto Sans Mono",monospace}
header{display:flex;align-items:center;gap:16px;min-height:48px;padding:8px 24px;border-bottom:1px solid var(--rule);background:var(--sheet)}
header .what{flex:1 1 200px;min-width:0;overflow-wrap:anywhere;color:var(--ink2)}header .what b{color:var(--ink);font-weight:600;margin-right:8px}
main{display:grid;grid-template:"look verdict" auto "tables verdict" 1fr / minmax(0,1fr) 428px;max-width:1600px;margin:0 auto}
.look{grid-area:look;padding:24px 24px 0;min-width:0}.tables{grid-area:tables;padding:0 24px 24px;min-width:0}.right{grid-area:verdict;padding:24px;min-width:0;border-left:1px solid var(--rule)}
.stage{background:var(--well);padding:16px;overflow:hidden;position:relative}
.stage figure{display:none;height:100%}.stage figure.on{display:block}
.stage svg{display:block;width:100%;height:auto;max-height:68vh}
.fit{display:flex;justify-content:center}
.over{position:relative;display:inline-block;max-width:100%;line-height:0;touch-action:none}
.over img{max-width:100%;max-height:64vh;width:auto;height:auto;display:block}
.over .top{position:absolute;inset:0;width:100%;height:100%;max-height:none}
.over .line{position:absolute;top:0;bottom:0;width:2px;background:var(--raise);box-shadow:0 0 0 1px var(--ink);pointer-events:none}
.slide{width:100%;margin-top:12px;accent-color:var(--ink)}
.bar{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;margin-top:12px}
.tabs{display:inline-flex;border:1px solid var(--edge);border-radius:4px;overflow:hidden}
button{font:inherit;color:var(--ink);background:transparent;border:0;padding:4px 12px;min-height:28px;cursor:pointer}
.tabs button+button{border-left:1px solid var(--edge)}button[aria-pressed=true]{background:var(--ink);color:var(--paper)}
button:focus-visible,input:focus-visible,a:focus-visible{outline:2px solid var(--ink);outline-offset:2px}
.hint,.note{color:var(--ink3)}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:24px;margin-top:12px}
.label b{font-weight:600;margin-right:8px;font-size:15px}.label{min-width:0;overflow-wrap:anywhere}
h1{font-size:25px;line-height:32px;font-weight:600;display:flex;gap:12px;align-items:flex-start}
h1 svg{flex:none;width:30px;height:30px;margin-top:1px}
h2{font-size:15px;line-height:20px;font-weight:600;margin:24px 0 8px}
h2 small{font:400 12px/18px inherit;color:var(--ink3);margin-left:8px}
p{margin:8px 0}.shows{color:var(--ink2)}
.panehead{font-weight:600;font-size:14px;margin:28px 0 6px}
dl{display:grid;grid-template-columns:minmax(96px,max-content) minmax(0,1fr) 20px;border-top:1px solid var(--rule);margin-top:12px}
dl>*{padding:6px 0;border-bottom:1px solid var(--rule);min-width:0;overflow-wrap:anywhere}dl>dt{color:var(--ink3);padding-right:16px}dl>i{display:flex;align-items:center}
.range{color:var(--ink3);margin-left:6px}
.grade{display:inline-block;width:16px;height:16px;border-radius:2px;background:var(--ink);color:var(--paper);font:600 10px/16px ui-monospace,monospace;text-align:center}
table{width:100%;border-collapse:collapse;font-size:12px;line-height:18px}
th{text-align:left;font-weight:400;color:var(--ink3);border-bottom:1px solid var(--rule2);padding:4px 12px 4px 0;vertical-align:bottom}
td{border-bottom:1px solid var(--rule);padding:6px 12px 6px 0;vertical-align:middle}td.n{white-space:nowrap}td.w{width:152px}th.w{min-width:152px}
.tablebox{overflow-x:auto}
.state{white-space:nowrap}.state svg{width:14px;height:14px;vertical-align:-2px;margin-right:6px}
.az{color:var(--azurite)}.ma{color:var(--malachite)}.oc{color:var(--ochre)}.st{color:var(--ink3)}
.finding{display:grid;grid-template-columns:22px 1fr;padding:6px 0;border-bottom:1px solid var(--rule)}
.thumbs{display:grid;grid-template-columns:1fr 1fr;gap:12px;margin:8px 0}.thumbs figure{background:var(--well)}.thumbs img{display:block;width:100%;height:96px;object-fit:contain;image-rendering:auto}.thumbs figcaption{background:var(--paper);color:var(--ink3);font-size:11px;line-height:16px;padding-top:4px}
.legend{display:flex;gap:16px;flex-wrap:wrap;color:var(--ink2);font-size:12px;line-height:18px;margin-top:8px}.legend i{display:inline-block;width:12px;height:12px;margin-right:6px;vertical-align:-2px}
details summary{cursor:pointer;color:var(--azurite)}
@media(max-width:1180px){main{grid-template:"look" auto "verdict" auto "tables" auto / minmax(0,1fr)}.right{border-left:0}.tables{border-top:1px solid var(--rule)}}
@media(max-width:640px){body{font-size:14px}.look{padding:16px 16px 0}.tables{padding:0 16px 16px}.right{padding:16px}header{padding:8px 16px;flex-wrap:wrap}.pair{grid-template-columns:1fr;gap:8px}.stage{padding:8px}dl{grid-template-columns:92px minmax(0,1fr) 20px}td.w,th.w{display:none}}
@media print{header button,.bar,.slide{display:none}.stage{background:none;border:1px solid var(--rule)}main{grid-template:"verdict" auto "look" auto "tables" auto / 1fr}.stage figure{display:none!important}.stage figure#view-points{display:block!important}}
`;

/** What the page does by itself: language, theme, the four ways to look, the slider and the flicker. No connection is opened. */
export const PAGE_SCRIPT = `
(function(){
var root=document.documentElement,q=function(s){return document.querySelectorAll(s)},one=function(s){return document.querySelector(s)};
function each(l,f){for(var i=0;i<l.length;i++)f(l[i])}
function press(name,value){each(q('[data-'+name+'-to]'),function(b){b.setAttribute('aria-pressed',String(b.getAttribute('data-'+name+'-to')===value))})}
function setLang(l){root.dataset.lang=l;root.lang=l==='zh'?'zh-CN':'en';press('lang',l)}
function setTheme(t){root.dataset.theme=t;press('theme',t)}
var timer=0;
function show(v){each(q('.stage>figure'),function(f){f.classList.toggle('on',f.id==='view-'+v)});press('view',v);clearInterval(timer);timer=0;
 if(v==='flicker'){var t=one('#view-flicker .top');if(t){if(matchMedia('(prefers-reduced-motion: reduce)').matches){t.style.visibility='visible'}else timer=setInterval(function(){t.style.visibility=t.style.visibility==='hidden'?'visible':'hidden'},600)}}}
each(q('[data-lang-to]'),function(b){b.onclick=function(){setLang(b.getAttribute('data-lang-to'))}});
each(q('[data-theme-to]'),function(b){b.onclick=function(){setTheme(b.getAttribute('data-theme-to'))}});
each(q('[data-view-to]'),function(b){b.onclick=function(){show(b.getAttribute('data-view-to'))}});
var s=one('#slide'),top=one('#view-slider .top'),line=one('#view-slider .line');
function slide(){if(!s||!top)return;var v=Number(s.value);top.style.clipPath='inset(0 '+(100-v)+'% 0 0)';line.style.left='calc('+v+'% - 1px)'}
if(s){s.oninput=slide;slide();var over=one('#view-slider .over');over.onpointermove=function(e){if(e.buttons||e.pointerType==='mouse'){var r=over.getBoundingClientRect();s.value=Math.max(0,Math.min(100,100*(e.clientX-r.left)/r.width));slide()}}}
each(q('#view-flicker .over'),function(o){o.onclick=function(){var t=o.querySelector('.top');t.style.visibility=t.style.visibility==='hidden'?'visible':'hidden'}});
document.onkeydown=function(e){if(e.target&&/INPUT|TEXTAREA/.test(e.target.tagName)||e.ctrlKey||e.metaKey||e.altKey)return;var v={p:'points',s:'slider',f:'flicker',d:'difference'}[e.key.toLowerCase()];if(v&&one('#view-'+v))show(v)};
setTheme(root.dataset.theme||(matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light'));setLang(root.dataset.lang||'en');show(matchMedia('(max-width:640px)').matches&&one('#view-slider')?'slider':'points');
})();
`;
