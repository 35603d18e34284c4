package vggstream.local.scene;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Locale;

/** What a scene shows: the classes of the demo's network, in the byte order of their labels. */
public enum Thing {
  CRESCENT {
    @Override
    Area outline() {
      Area moon = disc(0, 0, 1);
      moon.subtract(disc(0.5, 0, 0.8));
      return moon;
    }
  },
  CROSS {
    @Override
    Area outline() {
      Area cross = new Area(new Rectangle2D.Double(-1, -0.3, 2, 0.6));
      cross.add(new Area(new Rectangle2D.Double(-0.3, -1, 0.6, 2)));
      return cross;
    }
  },
  DISC {
    @Override
    Area outline() {
      return disc(0, 0, 0.9);
    }
  },
  HEART {
    @Override
    Area outline() {
      Path2D heart = new Path2D.Double();
      heart.moveTo(0, 0.95);
      heart.curveTo(-1.4, 0, -1, -1.1, -0.35, -0.85);
      heart.curveTo(-0.15, -0.78, 0, -0.6, 0, -0.4);
      heart.curveTo(0, -0.6, 0.15, -0.78, 0.35, -0.85);
      heart.curveTo(1, -1.1, 1.4, 0, 0, 0.95);
      heart.closePath();
      return new Area(heart);
    }
  },
  RING {
    @Override
    Area outline() {
      Area ring = disc(0, 0, 0.95);
      ring.subtract(disc(0, 0, 0.55));
      return ring;
    }
  },
  SQUARE {
    @Override
    Area outline() {
      return new Area(new Rectangle2D.Double(-0.75, -0.75, 1.5, 1.5));
    }
  },
  STAR {
    @Override
    Area outline() {
      return polygon(5, 0.42);
    }
  },
  TRIANGLE {
    @Override
    Area outline() {
      return polygon(3, 0.5);
    }
  };

  /** The outline about the origin, within a circle of radius 1.1. */
  abstract Area outline();

  /** The class's label: its name in small letters. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The outline at a place, with a radius in pixels, turned by an angle in radians. */
  Shape at(double centreX, double centreY, double radius, double angle) {
    AffineTransform place = AffineTransform.getTranslateInstance(centreX, centreY);
    place.rotate(angle);
    place.scale(radius, radius);
    return outline().createTransformedArea(place);
  }

  private static Area disc(double centreX, double centreY, double radius) {
    return new Area(
        new Ellipse2D.Double(centreX - radius, centreY - radius, 2 * radius, 2 * radius));
  }

  /** A star of so many points; an inner radius of cos(pi / points) makes it a plain polygon. */
  private static Area polygon(int points, double innerRadius) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < 2 * points; i++) {
      double radius = i % 2 == 0 ? 1 : innerRadius;
      double angle = Math.PI * i / points - Math.PI / 2;
      if (i == 0) {
        path.moveTo(radius * Math.cos(angle), radius * Math.sin(angle));
      } else {
        path.lineTo(radius * Math.cos(angle), radius * Math.sin(angle));
      }
    }
    path.closePath();
    return new Area(path);
  }
}
