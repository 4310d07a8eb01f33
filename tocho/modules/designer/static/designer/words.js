// The words of the process editor: ours, and those of bpmn-js that an officer meets.

const english = document.documentElement.lang === "en";

const OURS = {
  choose: ["選んでください", "Choose"],
  feel: ["式で書く（FEEL）", "As an expression (FEEL)"],
  handler: ["システムがすること", "What the system does"],
  kind: ["職員の仕事", "Work of the officer"],
  address: ["だれの仕事か", "Whose work it is"],
  days: ["期限（開庁日の数）", "Due in (business days)"],
  message: ["何を待つか", "What is awaited"],
  moment: ["いつまで待つか", "Until when"],
  condition: ["どんなとき、この道を進むか", "When to go this way"],
  otherwise: ["ほかのどれでもないとき", "When none of the others holds"],
  name: ["名前", "Name"],
  StartEvent: ["はじまり", "Start"],
  EndEvent: ["終わり", "End"],
  ServiceTask: ["システムの仕事", "Work of the system"],
  UserTask: ["職員の仕事", "Work of an officer"],
  ReceiveTask: ["待つ", "Wait"],
  Task: ["仕事（種類を選んでください）", "Work (choose its kind)"],
  ExclusiveGateway: ["分かれ道（どれか一つ）", "Choice of one way"],
  InclusiveGateway: ["分かれ道（当てはまるものすべて）", "All ways that apply"],
  ParallelGateway: ["並行", "In parallel"],
  EventBasedGateway: ["先に起きたほうへ進む", "Whichever happens first"],
  IntermediateCatchEvent: ["待つ", "Wait"],
  BoundaryEvent: ["仕事の途中で起きること", "What may happen meanwhile"],
  SequenceFlow: ["道", "Way"],
};

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

export const word = (key) => OURS[key]?.[english ? 1 : 0] ?? key;

export function translate(template, replacements = {}) {
  const found = (!english && THEIRS[template]) || template;
  return found.replace(/{([^}]+)}/g, (whole, key) => replacements[key] ?? whole);
}
