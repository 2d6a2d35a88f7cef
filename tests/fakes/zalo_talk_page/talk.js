/* Asks for the talk of the open tab every second, and says what the visitor does. */
(function () {
  'use strict';

  const list = document.getElementById('lines');
  const acts = document.getElementById('acts');
  const box = document.getElementById('text');
  const tabs = Array.from(document.querySelectorAll('[data-tab]'));
  let tab = 'oa';
  let shown = '';

  async function say(act, text) {
    const body = JSON.stringify({ act: act, text: text });
    const headers = { 'Content-Type': 'application/json' };
    await fetch('/talk/' + tab, { method: 'POST', headers: headers, body: body });
    await look();
  }

  async function look() {
    const asked = tab;
    const answer = await fetch('/talk/' + asked);
    const state = await answer.text();
    if (asked !== tab || state === shown) return;
    shown = state;
    const talk = JSON.parse(state);
    list.replaceChildren.apply(list, talk.lines.map(line));
    acts.replaceChildren.apply(acts, Object.keys(talk.acts).map(function (act) {
      return button(talk.acts[act], function () { say(act, ''); });
    }));
    list.lastElementChild && list.lastElementChild.scrollIntoView();
  }

  function line(said) {
    const item = document.createElement('li');
    item.className = said.mine ? 'mine' : 'theirs';
    if (said.picture) {
      const picture = item.appendChild(document.createElement('img'));
      picture.src = said.picture;
      picture.alt = '';
    }
    item.append(said.text);
    (said.buttons || []).forEach(function (title) {
      item.append(button(title, function () { say('press', title); }));
    });
    return item;
  }

  function button(label, pressed) {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = label;
    made.addEventListener('click', pressed);
    return made;
  }

  tabs.forEach(function (one) {
    one.addEventListener('click', function () {
      tab = one.dataset.tab;
      tabs.forEach(function (other) { other.setAttribute('aria-pressed', String(other === one)); });
      look();
      box.focus();
    });
  });

  document.getElementById('form').addEventListener('submit', function (event) {
    event.preventDefault();
    const text = box.value.trim();
    box.value = '';
    if (text) say('text', text);
  });

  setInterval(look, 1000);
  look();
}());
