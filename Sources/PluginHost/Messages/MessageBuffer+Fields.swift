internal import Mail

extension MessageBuffer {
    /// How many fields of that name the header block has, the host's own and plugins' edits included.
    public func fields(named name: String) -> Int { header(with: []).count(of: name) }
}
