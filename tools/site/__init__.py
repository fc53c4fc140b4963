"""The site of the documentation.

    docs/, README and its like -> staging -> site/pages/ -> Zensical -> site/html/ -> built
    the code, its tables ------> reference -------^

- staging: a copy of the pages in which every link leads within the site
- reference: pages that are written out of the code
- built: whether every link and picture of the pages that came out is there
"""
