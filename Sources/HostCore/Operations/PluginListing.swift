/// What `haraka -l` prints: the plugins there are, and what each is for.
public enum PluginListing {
    public static func text(directory: String?, installation: Installation) -> String {
        var lines = ["Bundled plugins (\(installation.plugins)):"]
        lines += rows(installation.plugins, installation)
        if let directory {
            lines += ["Plugins of \(directory):"] + rows(directory + "/plugins", installation)
        }
        return lines.joined(separator: "\n")
    }

    private static func rows(_ folder: String, _ installation: Installation) -> [String] {
        let names = Folder.names(folder).filter { $0.hasSuffix(".so") }.map { String($0.dropLast(3)) }
        guard !names.isEmpty else { return ["  (none)"] }
        let width = names.map(\.count).max() ?? 0
        return names.sorted().map { file in
            let name = shown(file)
            let purpose = (try? Page.text("plugins/\(file)", directory: nil, installation: installation)).flatMap(
                purpose
            )
            return "  " + name + String(repeating: " ", count: width - name.count + 2) + (purpose ?? "")
        }
    }

    /// `queue.maildir` is `queue/maildir` in `config/plugins`.
    private static func shown(_ file: String) -> String {
        for group in ["queue.", "auth."] where file.hasPrefix(group) {
            return group.dropLast() + "/" + file.dropFirst(group.count)
        }
        return file
    }

    /// The first sentence below a page's title.
    private static func purpose(_ page: String) -> String? {
        page.split(separator: "\n").first { !$0.hasPrefix("#") }.map { line in
            String(line.prefix { $0 != "." })
        }
    }
}
