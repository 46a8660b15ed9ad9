import Config
import Testing

struct LegacyFileTests {
    private static let legacy = [
        LegacyFile("databytes", replacedBy: "connection.ini", "max", "bytes"),
        LegacyFile("header_hide_version", replacedBy: "connection.ini", "headers", "show_version", form: .inverted),
        LegacyFile("haproxy_hosts", replacedBy: "connection.ini", "haproxy", "hosts", form: .list),
        LegacyFile("spool_dir", replacedBy: "connection.ini", "main", "spool_dir"),
    ]

    @Test func `Old files are obeyed over the defaults, each with a notice`() {
        let snapshot = ConfigSnapshot(
            texts: ["databytes": "# size\n500", "header_hide_version": "yes", "haproxy_hosts": "192.0.2.1\n192.0.2.2"],
            shipped: ["connection.ini": "[max]\nbytes=100\n[headers]\nshow_version=true"]
        )
        let (folded, notices) = snapshot.folding(Self.legacy)
        #expect(folded.json("connection.ini:max.bytes") == #""500""#)
        #expect(folded.json("connection.ini:headers.show_version") == #""false""#)
        #expect(folded.json("connection.ini:haproxy.hosts") == #"["192.0.2.1","192.0.2.2"]"#)
        #expect(notices.map(\.severity) == [.notice, .notice, .notice])
        #expect(
            notices.first?.description
                == "config/databytes:2: this old file is obeyed; its new place is bytes in [max] of connection.ini"
        )
    }

    @Test func `Where the ini file sets the key, the old file has no effect and says so`() {
        let snapshot = ConfigSnapshot(texts: ["databytes": "500", "connection.ini": "[max]\nbytes=7"])
        let (folded, notices) = snapshot.folding(Self.legacy)
        #expect(folded.json("connection.ini:max.bytes") == #""7""#)
        #expect(
            notices.map(\.description) == [
                "config/databytes:1: has no effect, since bytes in [max] of connection.ini is set; remove this file"
            ]
        )
        #expect(notices.map(\.severity) == [.warning])
    }

    @Test func `A bad value in an old file is told with the old file's name`() {
        let (folded, _) = ConfigSnapshot(texts: ["databytes": "lots"]).folding(Self.legacy)
        let schema = Schema(file: "connection.ini", keys: [.init("bytes", .bytes(0...9), in: "max", default: "1")])
        #expect(
            folded.validate(schema).problems.map(\.description) == [
                "config/databytes:1: bytes in [max] must be a number of bytes from 0 to 9 (also 10k, 25m, 1g), "
                    + "not 'lots'"
            ]
        )
    }
}
