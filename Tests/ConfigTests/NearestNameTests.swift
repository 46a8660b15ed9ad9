import Testing

@testable import Config

struct NearestNameTests {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "abc", 3), ("kitten", "sitting", 3), ("btyes", "bytes", 1),
        ("listen", "listn", 1),
        ("abc", "abc", 0), ("ca", "abc", 3),
    ])
    func `The distance is the number of slips`(left: String, right: String, distance: Int) {
        #expect(NearestName.distance(Array(left.utf8), Array(right.utf8)) == distance)
        #expect(NearestName.distance(Array(right.utf8), Array(left.utf8)) == distance)
    }

    @Test(
        arguments: [
            ("lisen", "listen"), ("Listen", "listen"), ("inactivty_timout", "inactivity_timeout"), ("foo", nil),
            ("x", nil),
            ("usr", "user"), ("", nil),
        ] as [(String, String?)]
    )
    func `Only a near name is suggested`(word: String, name: String?) {
        #expect(NearestName.of(word, among: ["listen", "inactivity_timeout", "user", "port"]) == name)
    }

    @Test func `Without names there is none`() {
        #expect(NearestName.of("a", among: []) == nil)
    }
}
