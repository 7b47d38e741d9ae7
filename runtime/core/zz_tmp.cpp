namespace xrt {
int tmpAnchor;
}
