"""Writes the workbooks and Parquet files beside it. Needs openpyxl 3.1 and pyarrow 21 or later."""
import datetime
import decimal
import pathlib

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parent


def workbook():
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "Read me"
    notes.append(["Exported for the study"])
    sheet = book.create_sheet("Patients")
    sheet["B2"] = "Registry export"
    sheet.merge_cells("B2:E2")
    names = ["filename", "code", "dose", "seen", "at", "ok", "failed", "accession"]
    for column, name in enumerate(names, 2):
        sheet.cell(4, column, name)
    for row in range(4):
        day, moment = datetime.date(2020, 1, 22 + row), datetime.datetime(2020, 1, 22, 16, 5, row)
        cells = [f"p0{row}.png", row + 7, 0.1 + 0.2 * row, day, moment, row % 2 == 0, "#N/A", 123456789012345678]
        for column, cell in enumerate(cells, 2):
            sheet.cell(5 + row, column, cell)
        sheet.cell(5 + row, 3).number_format = "0000"
        sheet.cell(5 + row, 8).data_type = "e"
    sheet.cell(9, 2, "Total: 4 rows")
    book.create_sheet("Codebook").append(["column", "meaning"])
    book.create_sheet("Empty")
    book.save(HERE / "clinic.xlsx")


def gaps():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "Ages"
    sheet.merge_cells("A1:C1")
    for row in [["filename", "age", "ward"], *([f"p0{row}.png", f"={40 + row}+0", "A"] for row in range(4))]:
        sheet.append(row)
    sheet.merge_cells("C3:C4")
    book.save(HERE / "gaps.xlsx")


def parquet(compression):
    day, moment = datetime.date(2020, 1, 22), datetime.datetime(2020, 1, 22, 16, 5, 6)
    table = pa.table({
        "filename": [f"p0{row}.png" for row in range(4)],
        "accession": pa.array([2**63 - 1, 1, None, 3], pa.int64()),
        "unsigned": pa.array([2**64 - 1, 0, 1, None], pa.uint64()),
        "dose": [1.0, 2.5, float("nan"), None],
        "single": pa.array([0.1, 0.2, 0.3, None], pa.float32()),
        "ok": [True, False, None, True],
        "seen": [day] * 4,
        "at": pa.array([moment] * 4, pa.timestamp("us")),
        "nanos": pa.array([moment] * 4, pa.timestamp("ns")),
        "sex": pa.array(["F", "M", None, "F"]).dictionary_encode(),
        "price": [decimal.Decimal("1.50")] * 4,
        "boxes": [[1, 2]] * 4,
        "image": [{"bytes": b"x", "path": "y"}] * 4,
    })
    pq.write_table(table, HERE / f"{compression}.parquet", compression=compression, row_group_size=3)


workbook()
gaps()
parquet("snappy")
parquet("zstd")
