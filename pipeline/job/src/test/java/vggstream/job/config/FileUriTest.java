package vggstream.job.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileUriTest {

  @ParameterizedTest
  @CsvSource({
    "s3://bucket/a/b.jpg, s3, bucket, /a/b.jpg",
    "S3://Bucket/A.jpg, s3, bucket, /A.jpg",
    "file:///data/a%20b.jpg, file, '', /data/a b.jpg",
    "file:/data/a.jpg, file, '', /data/a.jpg",
    "hdfs://name:8020/a/%C3%A4.png, hdfs, name:8020, /a/ä.png",
    "s3://bucket/a%2Eb..jpg, s3, bucket, /a.b..jpg",
    "s3://under_score/...jpg, s3, under_score, /...jpg",
    "s3://bucket/100%25, s3, bucket, /100%",
    "abfs://container@account.example/a.jpg, abfs, container@account.example, /a.jpg",
  })
  void schemeAuthorityAndDecodedPathAreRead(
      String text, String scheme, String authority, String path) {
    FileUri uri = FileUri.parse(text);
    assertEquals(new FileUri(scheme, authority, path), uri);
    assertEquals(uri, FileUri.parse(uri.toString()), "written and read again");
    assertEquals(path, uri.toUri().getPath());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a.jpg",
        "/data/a.jpg",
        "file:a.jpg",
        "s3:bucket/a.jpg",
        "s3://bucket",
        "s3://bucket/../other/a.jpg",
        "s3://bucket/a/..",
        "s3://bucket/a/./b.jpg",
        "s3://bucket/a//b.jpg",
        "s3://bucket//a.jpg",
        "s3://bucket/%2e%2e/a.jpg",
        "s3://bucket/.%2E/a.jpg",
        "s3://bucket/a%2F..%2Fb.jpg",
        "s3://bucket/a%2fb.jpg",
        "s3://bucket/%252e%252e/a.jpg",
        "s3://bucket/%25252e/a.jpg",
        "s3://bucket/a%255cb.jpg",
        "s3://bucket/a%5c..%5cb.jpg",
        "s3://bucket/a\\b.jpg",
        "s3://bucket/a%00.jpg",
        "s3://bucket/a%0ab.jpg",
        "s3://bucket/a%ff.jpg",
        "s3://bucket/a%c0%ae.jpg",
        "s3://bucket/a b.jpg",
        "s3://bucket/a.jpg?version=2",
        "s3://bucket/a.jpg#x",
        "s3://b%75cket/a.jpg",
        "s3://key:geheim@bucket/a.jpg",
        "file:///data/a\u0000.jpg",
      })
  void whatCouldBeTakenForAnotherFileIsRefused(String text) {
    var e = assertThrows(IllegalArgumentException.class, () -> FileUri.parse(text));
    assertTrue(e.getMessage().startsWith("must "), e.getMessage());
    assertFalse(e.getMessage().contains("geheim"), e.getMessage());
  }

  @Test
  void aUriIsBelowAFolderOfTheSameFileSystemOnly() {
    FileUri folder = FileUri.parseFolder(" s3://bucket/images ");
    assertEquals("/images/", folder.path());
    assertTrue(FileUri.parse("s3://bucket/images/a.jpg").isBelow(folder));
    assertTrue(FileUri.parse("s3://bucket/images/a/b.jpg").isBelow(folder));
    assertTrue(FileUri.parse("s3://bucket/%69mages/a.jpg").isBelow(folder));
    assertFalse(FileUri.parse("s3://bucket/images/").isBelow(folder));
    assertFalse(FileUri.parse("s3://bucket/images").isBelow(folder));
    assertFalse(FileUri.parse("s3://bucket/images2/a.jpg").isBelow(folder));
    assertFalse(FileUri.parse("s3://bucket/Images/a.jpg").isBelow(folder));
    assertFalse(FileUri.parse("s3://bucket2/images/a.jpg").isBelow(folder));
    assertFalse(FileUri.parse("s3a://bucket/images/a.jpg").isBelow(folder));
    assertFalse(FileUri.parse("file:///images/a.jpg").isBelow(folder));
    assertTrue(FileUri.parse("s3://b/x").isBelow(FileUri.parseFolder("s3://b/")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///", "file://host/data/", "/data/", "s3://bucket"})
  void aRootIsAFolder(String text) {
    assertThrows(IllegalArgumentException.class, () -> FileUri.parseFolder(text));
  }

  @Test
  void whateverIsReadAsBelowAFolderLiesBelowItHoweverOftenItIsDecoded() {
    FileUri folder = FileUri.parseFolder("file:///data/in/");
    List<String> pieces =
        List.of(
            "a",
            "..",
            ".",
            "/",
            "//",
            "%2e",
            "%2E",
            "%2f",
            "%5c",
            "%25",
            "%252e",
            "2e",
            "\\",
            "%c0%ae",
            "%ef%bc%8e",
            "..;",
            ";",
            ":",
            "@",
            "~",
            "%00",
            "%09",
            "+",
            "in",
            "data");
    Random random = new Random(1);
    int below = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder("file:///data/in/");
      for (int n = 1 + random.nextInt(6); n > 0; n--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      FileUri uri;
      try {
        uri = FileUri.parse(text.toString());
      } catch (IllegalArgumentException e) {
        continue;
      }
      assertTrue(uri.isBelow(folder), text::toString);
      below++;
      String path = uri.path();
      for (int decoded = 0; decoded < 3; decoded++) {
        assertTrue(Path.of(path).normalize().startsWith("/data/in"), text::toString);
        try {
          path = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
          break; // a % that encodes nothing
        }
      }
    }
    assertTrue(below > 1000, () -> "nothing was tried");
  }
}
