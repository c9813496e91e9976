#!/bin/sh
# Remove from an installed environment what serving and training never load. Each line says what and why.
set -eu
site=$(echo "$1"/lib/python3*/site-packages)

# headers, test programs and suites of compiled packages
rm -rf "$site"/torch/include "$site"/torch/test "$site"/torch/share "$site"/pyarrow/include "$site"/pyarrow/tests
find "$site"/torch/bin -type f ! -name torch_shm_manager -delete
find "$site"/torch/lib \( -name '*.a' -o -name 'lib*test.so' \) -delete
find "$site"/sympy "$site"/networkx -type d -name tests -prune -exec rm -rf {} +
# remote file systems and services of Arrow; we write local Parquet
rm -f "$site"/pyarrow/libarrow_s3* "$site"/pyarrow/_s3fs* "$site"/pyarrow/libarrow_flight* "$site"/pyarrow/libarrow_python_flight* "$site"/pyarrow/_flight*
# plotly's Jupyter extension and its own plotly.js: pages are served ours
rm -rf "$site"/plotly/labextension "$site"/plotly/package_data/*.js "$site"/plotly/package_data/datasets "$1"/share/jupyter
# an image is not installed into
"$1"/bin/python -m pip uninstall --quiet --yes setuptools || true
"$1"/bin/python -m pip uninstall --quiet --yes pip
rm -rf "$1"/bin/pip* "$1"/bin/Activate.ps1
# what must still load: a build ends here rather than a download in a class. Of large packages only the modules that load
# here have their bytecode: more than serving and training read, and a third of all
find "$site"/torch "$site"/torchgen "$site"/sympy "$site"/networkx "$site"/plotly -name __pycache__ -prune -exec rm -rf {} +
"$1"/bin/python -c '
import PIL.Image, plotly.graph_objects, pyarrow.parquet, torch
net = torch.nn.Conv2d(1, 1, 3)
net(torch.zeros(1, 1, 3, 3)).sum().backward()
torch.optim.SGD(net.parameters()).step()'
