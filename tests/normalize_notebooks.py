"""Bring notebooks to normal form: outputs stay, what changes from run to run goes.

`python tests/normalize_notebooks.py notebooks/*.ipynb` rewrites the files that need it;
`--run` executes them first, in order, as a learner would. The normal form: metadata that name a
kernel and a language and nothing else, cells numbered from the top, no timings, and of a widget
only its text: its model is gone with the kernel.
"""
import sys
from pathlib import Path

import nbformat

WIDGET   = "application/vnd.jupyter.widget-view+json"
METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"}}


def normal(notebook):
    """The notebook in normal form, changed in place."""
    notebook.metadata = nbformat.from_dict(METADATA)
    count = 0
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({k: v for k, v in cell.metadata.items() if k == "tags"})
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            cell.outputs = joined(cell.outputs)
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = count
                output.get("data", {}).pop(WIDGET, None)
    return notebook


def joined(outputs):
    """Outputs with what was printed in one piece: where the kernel cuts it is chance."""
    whole = []
    for output in outputs:
        if whole and output.output_type == "stream" and whole[-1].get("name") == output.name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def execute(notebook, folder):
    """Run all cells in a scratch folder, so that files they write do not stay."""
    from nbclient import NotebookClient
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": folder}}).execute()


def main(paths, run):
    """Normalize the files; the exit code says whether any had to change."""
    import tempfile
    changed = False
    for path in map(Path, paths):
        before   = path.read_text()
        notebook = nbformat.reads(before, as_version=4)
        if run:
            with tempfile.TemporaryDirectory() as folder:
                execute(notebook, folder)
        after = nbformat.writes(normal(notebook)) + "\n"
        if after != before:
            path.write_text(after)
            changed = True
            print(f"normalized {path}")
    return int(changed and not run)


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(main([w for w in words if w != "--run"], "--run" in words))
