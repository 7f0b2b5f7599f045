"""SHOWING IT ELSEWHERE: plans as one document. Pure but for reading the plans' texts; no asyncio, no textual."""
