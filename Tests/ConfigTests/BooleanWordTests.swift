import Config
import Testing

struct BooleanWordTests {
    @Test(arguments: ["true", "yes", "ok", "enabled", "on", "1", "TRUE", "Yes", "oN"])
    func `These words are yes`(word: String) {
        #expect(BooleanWord.value(of: word) == true)
    }

    @Test(arguments: ["false", "no", "disabled", "off", "0", "FALSE", "Off"])
    func `These words are no`(word: String) {
        #expect(BooleanWord.value(of: word) == false)
    }

    @Test(arguments: ["", "ture", "2", "y", "n", "null", " yes"])
    func `Anything else is neither`(word: String) {
        #expect(BooleanWord.value(of: word) == nil)
    }
}
