// The words of bpmn-js that an officer meets, in Japanese; English is its own.

const THEIRS = {
  "Activate hand tool": "図を動かす",
  "Activate lasso tool": "囲んで選ぶ",
  "Activate create/remove space tool": "間をあける・つめる",
  "Activate global connect tool": "つなぐ",
  "Create start event": "はじまりを置く",
  "Create intermediate/boundary event": "途中の出来事を置く",
  "Create end event": "終わりを置く",
  "Create gateway": "分かれ道を置く",
  "Create task": "仕事を置く",
  "Create expanded sub-process": "ひとまとまりの仕事を置く",
  "Create group": "囲みを置く",
  "Append task": "次に仕事を置く",
  "Append gateway": "次に分かれ道を置く",
  "Append end event": "次に終わりを置く",
  "Append intermediate/boundary event": "次に途中の出来事を置く",
  "Append receive task": "次に待つ仕事を置く",
  "Append text annotation": "注を付ける",
  "Add text annotation": "注を付ける",
  "Connect to other element": "ほかの要素につなぐ",
  "Change element": "種類を変える",
  "Change type": "種類を変える",
  "Delete": "消す",
  "Remove": "消す",
  "User task": "職員の仕事",
  "Service task": "システムの仕事",
  "Receive task": "待つ",
  "Exclusive gateway": "分かれ道（どれか一つ）",
  "Parallel gateway": "並行",
  "Inclusive gateway": "分かれ道（当てはまるものすべて）",
  "Event-based gateway": "先に起きたほうへ進む",
  "Message boundary event": "知らせが来たら",
  "Timer boundary event": "期限が来たら",
  "Message intermediate catch event": "知らせを待つ",
  "Timer intermediate catch event": "期限を待つ",
  "Default flow": "ほかのどれでもないときの道",
  "Search in diagram": "図の中をさがす",
};

export function translate(template, replacements = {}) {
  const found = (document.documentElement.lang !== "en" && THEIRS[template]) || template;
  return found.replace(/{([^}]+)}/g, (whole, key) => replacements[key] ?? whole);
}
