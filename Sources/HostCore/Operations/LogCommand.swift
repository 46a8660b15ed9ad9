internal import System

/// `haraka log`: the whole life of a connection, from the log file, or else from the journal.
public enum LogCommand {
    /// Prints every line of the connections that an id, an address or an IP address names; false when there are none.
    public static func run(
        _ what: String,
        directory: String,
        installation: Installation,
        print: @escaping (String) -> Void
    ) throws(StartError) -> Bool {
        let configuration = try Configuration.read(directory, installation)
        let show: (Span<UInt8>) -> Void = { line in print(String(copying: line)) }
        guard let file = configuration.logFile else { return try journal(what, show) }
        let archive = LogArchive(file)
        if !archive.unread.isEmpty { Terminal.tell("not looked into: \(archive.unread.joined(separator: ", "))") }
        do throws(SystemError) {
            return try LogSearch.run(
                what,
                read: { (line) throws(SystemError) in try archive.read(line) },
                print: show
            )
        } catch { throw StartError("The log can't be read: \(error)") }
    }

    private static func journal(_ what: String, _ show: @escaping (Span<UInt8>) -> Void) throws(StartError) -> Bool {
        guard let text = Companion.output(of: "journalctl", ["-o", "cat", "-u", "haraka", "--no-pager"]) else {
            throw StartError("There is no log to look into: set file= in config/log.ini, or run under systemd.")
        }
        let lines = text.utf8.split(separator: UInt8(ascii: "\n")).map(Array.init)
        return LogSearch.run(
            what,
            read: { look in
                for line in lines { look(line.span) }
            },
            print: show
        )
    }
}

extension String {
    /// Text of a log, which is ASCII but for what a file of somebody else's holds.
    fileprivate init(copying bytes: Span<UInt8>) {
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in bytes.indices { copy.append(bytes[index]) }
        self.init(decoding: copy, as: UTF8.self)
    }
}
