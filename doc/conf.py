"""Settings of the documentation: `python -m sphinx -W -b html doc doc/_build`.

Nothing is fetched from the network, neither by the build nor by the pages.
"""

import re
import sys
from pathlib import Path

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

import skemg

sys.path.insert(0, str(Path(__file__).parent))

project = "skemg"
author = "The skemg developers"
copyright = author
version = release = skemg.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
    "systems_table",
]
templates_path = ["_templates"]
exclude_patterns = ["_build"]
default_role = "literal"

autosummary_generate = True
autodoc_typehints = "none"
toc_object_entries_show_parents = "hide"
numpydoc_show_class_members = False  # the template lists the methods themselves

html_theme = "pydata_sphinx_theme"
html_title = "skemg"
html_static_path = ["_static"]
html_css_files = ["skemg.css"]
html_show_sourcelink = False
html_copy_source = False
html_math_renderer = "mathml"
html_context = {"default_mode": "light"}
html_sidebars = {"index": [], "install": [], "whats_new": []}
html_theme_options = {
    "navbar_end": [],  # no switch of colours: the figures have a white ground
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_prev_next": False,
}

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "subsection_order": [
        "../examples/quality",
        "../examples/preprocessing",
        "../examples/windowing",
        "../examples/features",
        "../examples/model_selection",
        "../examples/honest_evaluation",
        "../examples/movement",
        "../examples/nn",
    ],
    "within_subsection_order": "FileNameSortKey",
    "backreferences_dir": "generated/backreferences",
    "doc_module": ("skemg",),
    "image_srcset": ["2x"],
    "download_all_examples": False,
    "remove_config_comments": True,
    "show_signature": False,
    "write_computation_times": False,  # a table that loads scripts from elsewhere
}


def leave_out_routing(app, what, name, obj, skip, options):
    """Leave out what every estimator has from scikit-learn."""
    routing = re.fullmatch(
        r"[gs]et_\w+_request|get_metadata_routing|[gs]et_params|set_output", name
    )
    return True if routing else skip


def visit_math(writer, node):
    """Write a formula as MathML, which browsers draw without a script."""
    is_block = isinstance(node, nodes.math_block)
    writer.body.append(tex2mathml(node.astext(), as_block=is_block))
    raise nodes.SkipNode


def setup(app):
    """Register what Sphinx has no setting for."""
    app.connect("autodoc-skip-member", leave_out_routing)
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math, None))
