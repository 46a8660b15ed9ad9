import Config
import Testing

struct ConfigSnapshotTests {
    private let snapshot = ConfigSnapshot(
        texts: [
            "smtp.ini": "listen=127.0.0.1:25\n[extra]\na=1",
            "host_list": "# ours\nexample.com\n\n  example.net ; x\n",
            "me": "\n# name\nmx.example.com\n",
            "results.yaml": "plugin:\n  hide: [a, b]\n",
            "hosts.json": #"{"example.com":{"port":25},"list":[["x"]]}"#,
            "one.yaml":
                "'!smtp.ini':\n  main:\n    nodes: 2\n  max: {size: 5}\n'!plugins': [a, b]\n'!new.ini': {x: 1}\n",
            "array.json": "[1,[2,3]]",
            "domains.ini": "key.with.dots=m\n[example.com]\nhost=a\n[example]\ncom.host=b\nlist[]=x\nlist[]=y\nbare",
        ],
        shipped: [
            "smtp.ini": "listen=[::0]:25\nnodes=cpus\n[extra]\nb=2",
            "host_list": "shipped.example",
            "plugins": "shipped",
            "results.json": #"{"plugin":{"hide":["z"],"order":1}}"#,
        ]
    )

    @Test(
        arguments: [
            ("smtp.ini", #"{"main":{"listen":"127.0.0.1:25","nodes":2},"extra":{"b":"2","a":"1"},"max":{"size":5}}"#),
            ("smtp.ini:listen", #""127.0.0.1:25""#),
            ("smtp.ini:main.listen", #""127.0.0.1:25""#),
            ("smtp:listen", #""127.0.0.1:25""#),
            ("smtp.ini:nodes", "2"),
            ("smtp.ini:extra", #"{"b":"2","a":"1"}"#),
            ("smtp.ini:extra.b", #""2""#),
            ("host_list", #"["example.com","example.net ; x"]"#),
            ("host_list:[0]", #""example.com""#),
            ("me:[0]", #""mx.example.com""#),
            ("plugins", #"["a","b"]"#),
            ("new.ini:x", "1"),
            ("results.json", #"{"plugin":{"hide":["a","b"],"order":1}}"#),
            ("results.yaml:plugin.hide[1]", #""b""#),
            ("results:plugin.order", "1"),
            ("results.json:plugin.order", "1"),
            ("hosts:example.com.port", "25"),
            ("hosts.json:list[0][0]", #""x""#),
            ("array.json:[1][0]", "2"),
            ("array.json", "[1,[2,3]]"),
            ("domains:example.com.host", #""a""#),
            ("domains:example.com.list[0]", nil),
            ("domains:example.list[1]", #""y""#),
            ("domains:key.with.dots", #""m""#),
            ("domains:example.bare", "null"),
            ("host_list:", #"["example.com","example.net ; x"]"#),
        ] as [(String, String?)]
    )
    func `A path finds what it names`(path: String, json: String?) {
        #expect(snapshot.json(path) == json)
    }

    @Test(arguments: [
        "", ":", "nix", "nix:a", "smtp.ini:nix", "smtp.ini:extra.nix", "smtp.ini:listen.x", "host_list:[2]",
        "host_list:[-1]", "host_list:[]", "host_list:[x]", "host_list:[99999999999999999999]", "host_list:x",
        "../etc:x",
        "smtp.ini:listen[0]", "hosts:example.com.port[0]",
    ])
    func `A path to nothing finds nothing`(path: String) {
        #expect(snapshot.lookup(path) == nil)
    }

    @Test func `Values of ini files are texts as written, those of yaml and json have their types`() {
        #expect(snapshot.lookup("smtp.ini:extra.a") == .text("1"))
        #expect(snapshot.lookup("hosts:example.com.port") == .integer(25))
        #expect(snapshot.value("me")?.text == "mx.example.com")
        #expect(snapshot.value("me")?.origin == Origin(path: "config/me", line: 3))
        #expect(snapshot.list("nix") == nil)
        #expect(snapshot.value("nix") == nil)
        #expect(snapshot.data("array.json") == Array("[1,[2,3]]".utf8))
    }

    @Test func `A live key knows the live file, a default the shipped one and an override the file that holds it`() {
        let document = snapshot.document("smtp.ini")
        #expect(document?.node("listen")?.origin == Origin(path: "config/smtp.ini", line: 1))
        #expect(document?.node("b", in: "extra")?.origin == Origin(path: "/shipped/smtp.ini", line: 4, isShipped: true))
        #expect(document?.node("nodes")?.origin == Origin(path: "config/one.yaml", line: 3))
        #expect(document?.sectionNames == ["extra", "max"])
        #expect(snapshot.document("one.yaml")?.root.isEmpty == true)
    }

    @Test func `A fault in one file is a problem and leaves the others readable`() {
        let snapshot = ConfigSnapshot(texts: ["a.json": "{\n1}", "b.yaml": "a: [", "c.ini": "x y", "d.ini": "a=1"])
        #expect(
            snapshot.problems.map(\.description) == [
                "config/a.json:2: a key in quotes expected, not '1'",
                "config/b.yaml:2: did not find expected node content",
                "config/c.ini:1: 'x y' is neither key=value nor [section] nor a comment",
            ]
        )
        #expect(snapshot.problems.allSatisfy { $0.severity == .error })
        #expect(snapshot.json("d:a") == #""1""#)
    }

    @Test func `Two snapshots tell which files differ`() {
        let one = ConfigSnapshot(texts: ["a": "1", "b": "2"], shipped: ["c.ini": "x=1"])
        let same = ConfigSnapshot(texts: ["a": "1", "b": "2"], shipped: ["c.ini": "x=1"])
        let other = ConfigSnapshot(texts: ["a": "9", "d": "2"], shipped: ["c.ini": "x=2"])
        #expect(one.fingerprint == same.fingerprint)
        #expect(same.changedFiles(since: one) == [])
        #expect(one.fingerprint != other.fingerprint)
        #expect(other.changedFiles(since: one) == ["a", "b", "c.ini", "d"])
    }
}
