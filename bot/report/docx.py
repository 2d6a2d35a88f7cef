"""The Word file of a report, in the form of Nghị định 30/2020: a draft for the officer to finish and sign."""

from pathlib import Path

from bot.report import annex, heading, numbers, outcome, page, sections, words
from bot.report.paper import Paper
from handlers.report import Report


def write(report: Report, path: Path) -> None:
    label = numbers.label(report.period)
    title = f"Báo cáo {heading.SUBJECT[0].lower()}{heading.SUBJECT[1:]} {label}"
    document = page.new(title, words.committee(report.ward), report.today)
    paper = Paper(document)
    heading.heading(document, report.ward, report.today, heading.SUBJECT, label)
    sections.lead(paper, report)
    sections.leadership(paper, report)
    sections.results(paper, report)
    outcome.opinions(paper, report)
    outcome.against_plans(paper, report)
    outcome.assessment(paper, report)
    outcome.tasks(paper, report)
    outcome.proposals(paper, report)
    heading.ending(document, report.ward)
    annex.annexes(paper, report)
    document.save(str(path))
